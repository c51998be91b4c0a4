package dev.scalableapi.redis;

class CacheScheduleSystemTest extends CacheScheduleTest {
    @Override
    int runs() {
        return 1_000;
    }
}
