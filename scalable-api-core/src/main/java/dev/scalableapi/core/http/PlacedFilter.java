package dev.scalableapi.core.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A filter at another stage, or with more attributes declared. Of a filter with several parts, it places the one at the
 * filter's own stage; the others keep theirs. */
record PlacedFilter(ApiFilter filter, Stage stage, Set<AttributeKey<?>> provides) implements ApiFilter {
    PlacedFilter {
        Set<AttributeKey<?>> all = new HashSet<>(filter.provides());
        all.addAll(provides);
        provides = Set.copyOf(all);
    }

    @Override
    public CompletionStage<ApiResponse> filter(ApiRequest request, ApiHandler next) {
        return filter.filter(request, next);
    }

    @Override
    public List<ApiFilter> parts() {
        List<ApiFilter> placed = new ArrayList<>();
        for (ApiFilter part : filter.parts()) {
            if (part == filter) {
                placed.add(this);
            } else {
                placed.add(part.stage() == filter.stage() ? new PlacedFilter(part, stage, provides) : part);
            }
        }
        return placed;
    }

    @Override
    public void check(Wiring wiring) {
        filter.check(wiring);
    }
}
