package dev.scalableapi.examples.shop.http;

import com.fasterxml.jackson.databind.ObjectWriter;
import dev.scalableapi.core.http.ApiRequest;
import dev.scalableapi.core.http.ApiResponse;
import dev.scalableapi.core.http.Json;
import dev.scalableapi.core.http.QueryPart;
import dev.scalableapi.core.page.CursorRequest;
import dev.scalableapi.core.page.Page;
import dev.scalableapi.core.page.PageLimits;
import dev.scalableapi.core.page.PageRequest;
import dev.scalableapi.core.page.Slice;

/** Pages and slices, the same for every list of the shop. */
final class Pages {
    private static final PageLimits LIMITS = PageLimits.create();

    private Pages() {}

    static PageRequest requested(ApiRequest request) {
        return PageRequest.parse(request.query(), LIMITS);
    }

    static CursorRequest requestedByCursor(ApiRequest request) {
        return CursorRequest.parse(request.query(), LIMITS);
    }

    static ApiResponse response(
            Json json, ObjectWriter writer, ApiRequest request, PageRequest asked, Page<?> page, QueryPart... parts) {
        return json.response(200, page, writer).withLinks(asked.links(request.path(), page, parts));
    }

    static ApiResponse response(
            Json json,
            ObjectWriter writer,
            ApiRequest request,
            CursorRequest asked,
            Slice<?> slice,
            QueryPart... parts) {
        return json.response(200, slice, writer).withLinks(asked.links(request.path(), slice, parts));
    }
}
