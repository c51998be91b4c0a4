package dev.scalableapi.auth;

import dev.scalableapi.core.http.ApiRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Several authenticators: the first that finds a credential decides, so that an invalid one is never overlooked. */
record AuthenticatorChain(List<Authenticator> authenticators) implements Authenticator {
    AuthenticatorChain {
        authenticators = List.copyOf(authenticators);
    }

    @Override
    public Optional<Authentication> remembered(ApiRequest request) {
        List<String> challenges = new ArrayList<>();
        for (Authenticator authenticator : authenticators) {
            Optional<Authentication> result = authenticator.remembered(request);
            if (result.isEmpty() || !(result.get() instanceof Authentication.Absent absent)) {
                return result;
            }
            challenges.addAll(absent.challenges());
        }
        return Optional.of(new Authentication.Absent(challenges));
    }

    @Override
    public CompletionStage<Authentication> authenticate(ApiRequest request) {
        return authenticate(request, 0, List.of());
    }

    private CompletionStage<Authentication> authenticate(ApiRequest request, int index, List<String> challenges) {
        if (index == authenticators.size()) {
            return CompletableFuture.completedFuture(new Authentication.Absent(challenges));
        }
        return authenticators.get(index).authenticate(request).thenCompose(result -> {
            if (!(result instanceof Authentication.Absent absent)) {
                return CompletableFuture.completedFuture(result);
            }
            List<String> all = new ArrayList<>(challenges);
            all.addAll(absent.challenges());
            return authenticate(request, index + 1, all);
        });
    }
}
