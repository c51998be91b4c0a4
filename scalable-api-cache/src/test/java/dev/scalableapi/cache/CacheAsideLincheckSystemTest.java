package dev.scalableapi.cache;

class CacheAsideLincheckSystemTest extends CacheAsideLincheckTest {
    @Override
    int scenarios() {
        return 20;
    }

    @Override
    int runsOfAScenario() {
        return 1_000;
    }
}
