/** Errors from Jakarta Bean Validation, which is optional: nothing else of this module needs it. */
@NullMarked
package dev.scalableapi.errors.validation;

import org.jspecify.annotations.NullMarked;
