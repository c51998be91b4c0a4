/** What the tests of several modules need: servers, ports, seeds and conformance data. */
@org.jspecify.annotations.NullMarked
package dev.scalableapi.testkit;
