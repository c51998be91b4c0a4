module com.example {
    requires dev.scalableapi.core;
}
