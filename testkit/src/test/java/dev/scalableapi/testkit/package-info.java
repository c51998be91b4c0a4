@org.jspecify.annotations.NullMarked
package dev.scalableapi.testkit;
