/** One product by Spring Boot, as its documentation builds such a thing: what the shop is measured beside. */
@NullMarked
package dev.scalableapi.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
