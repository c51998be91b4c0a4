package dev.scalableapi.core.http;

class ContentDecodingSystemTest extends ContentDecodingTest {
    @Override
    int mebibytes() {
        return 1_024;
    }
}
