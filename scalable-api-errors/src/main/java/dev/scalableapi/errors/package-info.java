/**
 * Standard error answers: {@link dev.scalableapi.errors.ErrorFilter} turns a failure into a response in one of two
 * {@link dev.scalableapi.errors.ErrorFormat formats}. All types are immutable and thread-safe.
 */
@NullMarked
package dev.scalableapi.errors;

import org.jspecify.annotations.NullMarked;
