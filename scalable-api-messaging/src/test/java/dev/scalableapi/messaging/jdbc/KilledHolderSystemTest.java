package dev.scalableapi.messaging.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The process that holds a key dies, or is late, and its lease ends. */
class KilledHolderSystemTest extends KilledHolderTest {
    @Override
    Duration lease() {
        return Duration.ofSeconds(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {Orders.INSERTED, Orders.RECORDED})
    void whoDiesBeforeTheCommitLeavesNothingButAKeyThatIsFreeWhenItsLeaseEnds(String step) throws Exception {
        letChildGoTo(step);
        kill();

        assertThat(askedUntilCreated()).isEqualTo("parent");
        assertThat(effects()).isEqualTo("parent");
    }

    @Test
    void whoOutlastsItsLeaseIsFencedOff() throws Exception {
        letChildGoTo(Orders.INSERTED);
        assertThat(askedUntilCreated()).isEqualTo("parent");
        goOn();

        assertThat(output.readLine()).isEqualTo("503");
        assertThat(effects()).isEqualTo("parent");
    }
}
