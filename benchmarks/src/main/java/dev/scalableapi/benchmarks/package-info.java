/** What the building blocks cost: JMH, one class a question. */
@NullMarked
package dev.scalableapi.benchmarks;

import org.jspecify.annotations.NullMarked;
