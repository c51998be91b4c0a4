package dev.scalableapi.core.structured;

import java.util.Map;

/** What a list or a dictionary holds. Immutable. */
public sealed interface Member permits Item, InnerList {
    /** {@return what is said about it, by key, in order} */
    Map<String, BareItem> parameters();
}
