/** Standard error answers. */
module dev.scalableapi.errors {
    requires transitive dev.scalableapi.core;
    requires static transitive jakarta.validation;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports dev.scalableapi.errors;
    exports dev.scalableapi.errors.validation;
}
