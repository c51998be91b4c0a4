package dev.scalableapi.examples.shop;

import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Body;
import dev.scalableapi.core.ratelimit.RateLimit;
import dev.scalableapi.examples.shop.http.ShopLimits;
import dev.scalableapi.examples.shop.setup.ShopSettings;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The servers that {@code benchmarks/http/run} measures, one in a JVM: the shop, with limits that a benchmark does not
 * run into, and the least that can stand on the same adapter. Each is told where to listen as the shop is, leaves its
 * address in a file once it is up, and runs until it is ended.
 */
final class BenchmarkServers {
    /** Far above what a server does; the limiters have their full work all the same. */
    private static final RateLimit UNREACHED = RateLimit.of(10_000_000, Duration.ofSeconds(1));

    private BenchmarkServers() {}

    /**
     * Takes the file for the address, and what to run: {@code shop} with the number of tokens to remember, or
     * {@code bare} with the file that holds the answer's body.
     */
    public static void main(String[] arguments) throws IOException {
        ShutdownSequence shutdown = ShutdownSequence.atExit();
        URI uri = switch (arguments[1]) {
            case "shop" -> shop(Integer.parseInt(arguments[2]), shutdown);
            case "bare" -> bare(Files.readAllBytes(Path.of(arguments[2])), shutdown);
            default -> throw new IllegalArgumentException("Neither shop nor bare");
        };
        announce(uri, Path.of(arguments[0]));
    }

    private static URI shop(int cachedTokens, ShutdownSequence shutdown) {
        return Shop.start(System.getenv(), new ShopLimits(UNREACHED, UNREACHED, cachedTokens), shutdown);
    }

    /** One answer, made before, to whatever is asked: no filter, no route, no token. */
    private static URI bare(byte[] body, ShutdownSequence shutdown) {
        CompletionStage<ApiResponse> answer = CompletableFuture.completedFuture(ApiResponse.of(200)
                .withHeader("Content-Type", "application/json")
                .withBody(Body.of(body)));
        return Shop.serve(ShopSettings.from(System.getenv()), request -> answer, shutdown);
    }

    /** By a move, so that whoever waits for the file never reads half of it. */
    private static void announce(URI uri, Path file) throws IOException {
        Path written = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), uri.toString());
        Files.move(written, file);
    }
}
