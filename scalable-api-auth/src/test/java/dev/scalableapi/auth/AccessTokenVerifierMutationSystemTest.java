package dev.scalableapi.auth;

class AccessTokenVerifierMutationSystemTest extends AccessTokenVerifierMutationTest {
    @Override
    int mutations() {
        return 1_000_000;
    }
}
