/**
 * Sparse fields: which members of a response a client wants. {@link dev.scalableapi.core.fields.FieldMask} is the
 * client's wish, {@link dev.scalableapi.core.fields.FieldSchema} what there is to wish for, and
 * {@link dev.scalableapi.core.fields.FieldMaskModule} makes Jackson write no more than that. Stands on
 * {@link dev.scalableapi.core.http}.
 */
@NullMarked
package dev.scalableapi.core.fields;

import org.jspecify.annotations.NullMarked;
