package dev.scalableapi.errors;

/**
 * What is wrong with one input. Immutable.
 *
 * @param parameter the input's name
 * @param message a sentence for people, safe to show
 */
public record Violation(String parameter, String message) {}
