package dev.scalableapi.core.telemetry;

import dev.scalableapi.core.http.Headers;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets propagators read a request's headers. */
enum HeadersGetter implements TextMapGetter<Headers> {
    INSTANCE;

    @Override
    public @Nullable String get(@Nullable Headers carrier, String key) {
        return carrier == null ? null : carrier.first(key).orElse(null);
    }

    @Override
    public Iterator<String> getAll(@Nullable Headers carrier, String key) {
        return carrier == null ? List.<String>of().iterator() : carrier.all(key).iterator();
    }
}
