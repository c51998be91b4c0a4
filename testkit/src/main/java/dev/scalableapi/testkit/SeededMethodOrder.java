package dev.scalableapi.testkit;

import java.util.Collections;
import java.util.Comparator;
import org.junit.jupiter.api.MethodDescriptor;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;

/** Shuffles the test methods of a class by {@link TestSeed}. The order in which they were found has no influence. */
public final class SeededMethodOrder implements MethodOrderer {
    @Override
    public void orderMethods(MethodOrdererContext context) {
        context.getMethodDescriptors()
                .sort(Comparator.comparing(
                        (MethodDescriptor method) -> method.getMethod().toGenericString()));
        Collections.shuffle(context.getMethodDescriptors(), TestSeed.random());
    }
}
