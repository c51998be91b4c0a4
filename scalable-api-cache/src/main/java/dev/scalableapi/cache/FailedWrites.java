package dev.scalableapi.cache;

/**
 * What becomes of a write to a cache, such as an invalidation, that its store has not confirmed. In either case the store
 * is not read by this process for what the write concerns until the write was repeated with success, which is tried when
 * the store is back and when it would be read. It is lost if this process ends before.
 */
public enum FailedWrites {
    /** The write's stage fails: the caller may repeat it, or tell somebody. */
    FAIL,
    /** The write's stage completes as if it had succeeded. */
    QUEUE
}
