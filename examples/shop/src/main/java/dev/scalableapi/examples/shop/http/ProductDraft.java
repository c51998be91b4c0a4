package dev.scalableapi.examples.shop.http;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.scalableapi.core.http.ApiException;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.examples.shop.catalog.Image;
import dev.scalableapi.examples.shop.catalog.Price;
import dev.scalableapi.examples.shop.catalog.ProductContent;
import dev.scalableapi.examples.shop.database.Database;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A product as a client sends it, read member by member, so that all that is wrong with it is told at once. Where a member
 * is wrong, something stands in its place that is not used. Not thread-safe.
 */
final class ProductDraft {
    private static final int MAX_NAME = 200;
    private static final int MAX_DESCRIPTION = 5_000;
    private static final int MAX_IMAGES = 20;
    private static final String CATEGORY = "category";

    /** A product's answer can be sent back as it is: what the shop alone decides is not looked at. */
    private static final Set<String> MEMBERS =
            Set.of("name", "description", CATEGORY, "price", "images", "id", "version", "updatedAt");

    private static final Set<String> PRICE_MEMBERS = Set.of("amount", "currency");
    private static final Set<String> IMAGE_MEMBERS = Set.of("url", "alt");

    private final List<Violation> violations = new ArrayList<>();
    private final ProductContent content;

    ProductDraft(JsonNode json) {
        JsonPointer root = JsonPointer.empty();
        requireObject(root, json, MEMBERS);
        content = new ProductContent(
                text(root, json, "name", MAX_NAME),
                text(root, json, "description", MAX_DESCRIPTION),
                text(root, json, CATEGORY, MAX_NAME),
                price(root.appendProperty("price"), json.path("price")),
                images(root.appendProperty("images"), json.path("images")));
    }

    String category() {
        return content.category();
    }

    /** Adds what only the catalog knows; nothing is added to a name that is no text in the first place. */
    void categoryIsUnknown() {
        JsonPointer pointer = JsonPointer.empty().appendProperty(CATEGORY);
        if (violations.stream().noneMatch(violation -> violation.name().equals(pointer.toString()))) {
            refuse(pointer, "must name one that exists.", "category.unknown");
        }
    }

    /** What was sent; a 400 with all violations if there are any. */
    ProductContent checked() {
        if (violations.isEmpty()) {
            return content;
        }
        throw ApiException.validationFailed(violations);
    }

    private String text(JsonPointer parent, JsonNode object, String member, int longest) {
        JsonNode value = object.path(member);
        String text = value.isTextual() ? value.textValue() : "";
        if (text.isBlank() || text.codePointCount(0, text.length()) > longest || !Database.canHold(text)) {
            refuse(
                    parent.appendProperty(member),
                    "must have 1 to " + longest + " characters.",
                    "text.length",
                    Map.of("min", 1, "max", longest));
        }
        return text;
    }

    private Price price(JsonPointer pointer, JsonNode json) {
        if (!requireObject(pointer, json, PRICE_MEMBERS)) {
            return new Price(BigDecimal.ZERO, "EUR");
        }
        Optional<BigDecimal> amount = amount(json.path("amount"));
        if (amount.isEmpty()) {
            refuse(
                    pointer.appendProperty("amount"),
                    "must be a text of up to 10 digits 0 to 9 without leading zeros, with up to 2 more after a point.",
                    "price.amount");
        }
        String currency = json.path("currency").asText();
        if (!json.path("currency").isTextual() || !Price.isCurrency(currency)) {
            refuse(pointer.appendProperty("currency"), "must be three capital letters.", "price.currency");
            currency = "EUR";
        }
        return new Price(amount.orElse(BigDecimal.ZERO), currency);
    }

    private static Optional<BigDecimal> amount(JsonNode json) {
        return json.isTextual() ? Price.parseAmount(json.textValue()) : Optional.empty();
    }

    private List<Image> images(JsonPointer pointer, JsonNode json) {
        List<Image> images = new ArrayList<>();
        if (!json.isArray() || json.size() > MAX_IMAGES) {
            refuse(pointer, "must be a list of up to " + MAX_IMAGES + ".", "list.size", Map.of("max", MAX_IMAGES));
            return images;
        }
        for (int i = 0; i < json.size(); i++) {
            JsonPointer place = pointer.appendIndex(i);
            if (requireObject(place, json.get(i), IMAGE_MEMBERS)) {
                images.add(new Image(
                        text(place, json.get(i), "url", MAX_NAME), text(place, json.get(i), "alt", MAX_NAME)));
            }
        }
        return images;
    }

    private boolean requireObject(JsonPointer pointer, JsonNode json, Set<String> members) {
        if (!json.isObject()) {
            refuse(pointer, "must be an object.", "json.object");
            return false;
        }
        json.fieldNames().forEachRemaining(name -> {
            if (!members.contains(name)) {
                refuseUnknown(pointer, name);
            }
        });
        return true;
    }

    /** A name of any length is the client's to choose, but is not sent back. */
    private void refuseUnknown(JsonPointer parent, String name) {
        if (name.length() > MAX_NAME) {
            refuse(parent, "has a member that is not known.", "json.unknown");
        } else {
            refuse(parent.appendProperty(name), "is not known.", "json.unknown");
        }
    }

    private void refuse(JsonPointer pointer, String requirement, String key) {
        refuse(pointer, requirement, key, Map.of());
    }

    private void refuse(JsonPointer pointer, String requirement, String key, Map<String, Object> parameters) {
        String name = pointer.toString().isEmpty()
                ? "The body "
                : "The member " + pointer.toString().substring(1) + " ";
        violations.add(Violation.body(pointer, name + requirement).withKey(key, parameters));
    }
}
