package dev.scalableapi.examples.shop;

import dev.scalableapi.examples.shop.setup.ShopData;
import dev.scalableapi.examples.shop.setup.ShopSettings;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A shop without HTTP in a JVM of its own, for the tests that end one. It runs until it is ended. */
final class ChildShop {
    private ChildShop() {}

    /** Takes the data folder, and the file to make once the shop is up. */
    public static void main(String[] arguments) throws Exception {
        ShopSettings settings = ShopSettings.from(Map.of("SHOP_DATA", arguments[0], "SHOP_PRODUCTS", "500"));
        ShopData.open(settings, password -> "hash", ShutdownSequence.atExit());
        Files.createFile(Path.of(arguments[1]));
        new CountDownLatch(1).await();
    }
}
