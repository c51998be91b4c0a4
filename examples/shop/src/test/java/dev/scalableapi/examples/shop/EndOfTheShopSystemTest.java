package dev.scalableapi.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.scalableapi.core.page.Filters;
import dev.scalableapi.examples.shop.setup.ShopData;
import dev.scalableapi.examples.shop.setup.ShopSettings;
import dev.scalableapi.examples.shop.setup.ShutdownSequence;
import dev.scalableapi.examples.shop.user.Registration;
import dev.scalableapi.examples.shop.user.Role;
import dev.scalableapi.testkit.Reaper;
import dev.scalableapi.testkit.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However the shop ends, none of its servers stays for good, and no data is lost. */
class EndOfTheShopSystemTest {
    private static final Duration PATIENCE = TestRun.PATIENCE;

    @TempDir
    private Path temporary;

    private Path data;
    private Optional<Process> child = Optional.empty();

    @BeforeEach
    void resolve() throws IOException {
        data = temporary.toRealPath().resolve("data");
    }

    @AfterEach
    void endWhatTheTestStarted() throws Exception {
        if (child.isPresent()) {
            child.get().destroyForcibly().waitFor();
        }
        for (ProcessHandle process : TestServers.processesOf(temporary.toRealPath())) {
            process.destroyForcibly();
        }
        await().atMost(PATIENCE)
                .until(() -> TestServers.processesOf(temporary.toRealPath()).isEmpty());
    }

    @Test
    void shopThatWasKilledStartsAgainAndLeavesNothing() throws Exception {
        startedChild().destroyForcibly().waitFor();
        List<ProcessHandle> leftovers = TestServers.processesOf(data);
        assertThat(leftovers).as("the servers outlive a kill").hasSizeGreaterThanOrEqualTo(2);

        try (ShutdownSequence shutdown = ShutdownSequence.create()) {
            ShopData shop = open(shutdown);

            assertThat(TestServers.processesOf(data)).isNotEmpty().doesNotContainAnyElementsOf(leftovers);
            assertThat(shop.catalog().products().count(Filters.none())).isEqualTo(500);
            assertThat(shop.users().repository().create("carol", "hash", Set.of(Role.CUSTOMER)))
                    .isInstanceOf(Registration.Created.class);
        }
        assertThat(TestServers.processesOf(data)).isEmpty();

        try (ShutdownSequence shutdown = ShutdownSequence.create()) {
            assertThat(open(shutdown).users().repository().findByName("carol")).isPresent();
        }
    }

    @Test
    void shopThatIsAskedToEndTakesItsServersWithIt() throws Exception {
        Process shop = startedChild();
        assertThat(TestServers.processesOf(data)).hasSizeGreaterThanOrEqualTo(2);
        assertThatThrownBy(() -> open(ShutdownSequence.create()))
                .as("two shops on one folder")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("SHOP_DATA");

        shop.destroy();

        assertThat(shop.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(TestServers.processesOf(data)).isEmpty();
    }

    @Test
    void shopThatIsAskedToEndInTheMiddleOfItsStartLeavesNothing() throws Exception {
        Process shop = startChild();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !TestServers.processesOf(data).isEmpty() || Files.exists(data.resolve("postgres/data")));

        shop.destroy();

        assertThat(shop.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(TestServers.processesOf(data)).isEmpty();
    }

    private ShopData open(ShutdownSequence shutdown) {
        ShopSettings settings = ShopSettings.from(Map.of("SHOP_DATA", data.toString(), "SHOP_PRODUCTS", "500"));
        return ShopData.open(settings, password -> "hash", shutdown);
    }

    private Process startedChild() throws IOException {
        Process shop = startChild();
        await().atMost(PATIENCE).until(() -> Files.exists(temporary.resolve("up")) || !shop.isAlive());
        assertThat(shop.isAlive())
                .as(Files.readString(temporary.resolve("log")))
                .isTrue();
        return shop;
    }

    private Process startChild() throws IOException {
        Process shop = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildShop.class.getName(),
                        data.toString(),
                        temporary.resolve("up").toString())
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("log").toFile())
                .start();
        Reaper.watch(shop.toHandle());
        child = Optional.of(shop);
        return shop;
    }
}
