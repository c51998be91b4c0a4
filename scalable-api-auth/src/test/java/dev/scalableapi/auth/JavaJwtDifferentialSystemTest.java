package dev.scalableapi.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;

class JavaJwtDifferentialSystemTest extends JavaJwtDifferentialTest {
    @Override
    int mutations() {
        return 100_000;
    }

    @Override
    void check(Set<String> found) {
        assertThat(found).containsExactlyInAnyOrderElementsOf(DIFFERENCES);
    }
}
