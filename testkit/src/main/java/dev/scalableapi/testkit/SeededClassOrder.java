package dev.scalableapi.testkit;

import java.util.Collections;
import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;

/** Shuffles test classes by {@link TestSeed}. The order in which the classes were found has no influence. */
public final class SeededClassOrder implements ClassOrderer {
    @Override
    public void orderClasses(ClassOrdererContext context) {
        context.getClassDescriptors()
                .sort(Comparator.comparing(
                        (ClassDescriptor type) -> type.getTestClass().getName()));
        Collections.shuffle(context.getClassDescriptors(), TestSeed.random());
    }
}
