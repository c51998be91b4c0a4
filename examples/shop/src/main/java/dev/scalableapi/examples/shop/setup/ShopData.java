package dev.scalableapi.examples.shop.setup;

import dev.scalableapi.examples.shop.catalog.Catalog;
import dev.scalableapi.examples.shop.database.DatabaseException;
import dev.scalableapi.examples.shop.database.DatabaseUrl;
import dev.scalableapi.examples.shop.embedded.DataFolder;
import dev.scalableapi.examples.shop.embedded.EmbeddedPostgres;
import dev.scalableapi.examples.shop.embedded.EmbeddedRedis;
import dev.scalableapi.examples.shop.user.Users;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The shop below HTTP, in one process: the services' data, and the servers that the settings don't name. Immutable and
 * thread-safe.
 *
 * @param users the accounts
 * @param catalog the products
 * @param redisUrl where Redis is, with its password; empty where there is none, so that stores are kept in process
 */
public record ShopData(Users users, Catalog catalog, Optional<String> redisUrl) {
    /**
     * Starts what is needed, at the same time where it can be.
     *
     * @param settings of the shop
     * @param hasher makes a password's hash
     * @param shutdown closes all of it, also when this method fails
     * @return the data, ready to be used
     * @throws IllegalStateException if a server does not start, or another shop has the data folder
     * @throws DatabaseException if a database can't be reached
     */
    public static ShopData open(ShopSettings settings, Function<String, String> hasher, ShutdownSequence shutdown) {
        try {
            return opened(settings, hasher, shutdown);
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
    }

    private static ShopData opened(ShopSettings settings, Function<String, String> hasher, ShutdownSequence shutdown) {
        Supplier<DataFolder> folder = once(() -> shutdown.closing("the data folder", DataFolder.open(settings.data())));
        Supplier<EmbeddedPostgres> postgres = once(() -> {
            EmbeddedPostgres server = shutdown.closing("PostgreSQL", EmbeddedPostgres.in(folder.get()));
            server.start();
            return server;
        });
        var redisUrl = concurrently(() -> settings.redisUrl()
                .or(() -> shutdown.closing("Redis", EmbeddedRedis.in(folder.get()))
                        .start()));
        var users = concurrently(() -> {
            DatabaseUrl url =
                    settings.userDatabase().orElseGet(() -> postgres.get().database("shop_user"));
            return shutdown.closing("the accounts", Users.open(url, settings.demoPassword(), hasher));
        });
        var catalog = concurrently(() -> {
            DatabaseUrl url =
                    settings.catalogDatabase().orElseGet(() -> postgres.get().database("shop_catalog"));
            return shutdown.closing("the catalog", Catalog.open(url, settings.products()));
        });
        List.of(redisUrl, users, catalog).forEach(ShopData::awaitEnd);
        return new ShopData(result(users), result(catalog), result(redisUrl));
    }

    /** What is not asked for is not made; what several ask for is made by the first, and the others wait. */
    private static <T> Supplier<T> once(Supplier<T> maker) {
        FutureTask<T> task = new FutureTask<>(maker::get);
        return () -> {
            task.run();
            return result(task);
        };
    }

    private static <T> Future<T> concurrently(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread thread = new Thread(task, "shop-start");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** A part that fails must not have the others closed in the middle of their start. */
    private static void awaitEnd(Future<?> work) {
        try {
            work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException toldByItsResult) {
            return;
        }
    }

    private static <T> T result(Future<T> work) {
        try {
            return work.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the shop started", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
