package dev.scalableapi.auth;

class PayloadAfterSignatureSystemTest extends PayloadAfterSignatureTest {
    @Override
    int mutations() {
        return 10_000;
    }
}
