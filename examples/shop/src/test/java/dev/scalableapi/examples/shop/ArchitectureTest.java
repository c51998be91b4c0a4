package dev.scalableapi.examples.shop;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.reflect.Field;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What ARCHITECTURE and STYLE promise of the library's code, as far as its bytecode shows it. The shop sees all of it. */
@AnalyzeClasses(packages = "dev.scalableapi", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String[] LIBRARY = {
        "dev.scalableapi.core..",
        "dev.scalableapi.errors..",
        "dev.scalableapi.auth..",
        "dev.scalableapi.cache..",
        "dev.scalableapi.redis..",
        "dev.scalableapi.messaging.."
    };

    @ArchTest
    static final ArchRule modulesStandOnTheirFloorsOnly = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("core")
            .definedBy("dev.scalableapi.core..")
            .layer("errors")
            .definedBy("dev.scalableapi.errors..")
            .layer("auth")
            .definedBy("dev.scalableapi.auth..")
            .layer("cache")
            .definedBy("dev.scalableapi.cache..")
            .layer("redis")
            .definedBy("dev.scalableapi.redis..")
            .layer("messaging")
            .definedBy("dev.scalableapi.messaging..")
            .layer("examples")
            .definedBy("dev.scalableapi.examples..")
            .whereLayer("core")
            .mayNotAccessAnyLayer()
            .whereLayer("errors")
            .mayOnlyAccessLayers("core")
            .whereLayer("auth")
            .mayOnlyAccessLayers("core")
            .whereLayer("cache")
            .mayOnlyAccessLayers("core")
            .whereLayer("messaging")
            .mayOnlyAccessLayers("core")
            .whereLayer("redis")
            .mayOnlyAccessLayers("core", "cache", "auth");

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("dev.scalableapi.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingStaticIsMutable =
            classes().that().resideInAnyPackage(LIBRARY).should(haveNoMutableStaticField());

    @ArchTest
    static final ArchRule instantsAreInstants = noClasses()
            .that()
            .resideInAnyPackage(LIBRARY)
            .should()
            .dependOnClassesThat(assignableTo(Date.class).or(assignableTo(Calendar.class)));

    @ArchTest
    static final ArchRule durationsAreDurations =
            classes().that().resideInAnyPackage(LIBRARY).should(nameNoTimeUnitInTheirApi());

    @ArchTest
    static final ArchRule nothingIsPrinted =
            noClasses().that().resideInAnyPackage(LIBRARY).should(ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule logsGoThroughSlf4j = noClasses()
            .that()
            .resideInAnyPackage(LIBRARY)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging..");

    private static ArchCondition<JavaClass> haveNoMutableStaticField() {
        return new ArchCondition<>("have no mutable static field") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getFields().stream()
                        .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                        .filter(field -> !field.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .filter(ArchitectureTest::isMutable)
                        .forEach(field -> events.add(SimpleConditionEvent.violated(field, field.getDescription())));
            }
        };
    }

    private static boolean isMutable(JavaField field) {
        return !field.getModifiers().contains(JavaModifier.FINAL)
                || MUTABLE.test(field.getRawType())
                || (isCollection(field.getRawType()) && !isImmutable(valueOf(field)));
    }

    private static final DescribedPredicate<JavaClass> MUTABLE = describe(
            "mutable",
            type -> type.isArray()
                    || type.getPackageName().startsWith("java.util.concurrent.atomic")
                    || type.getPackageName().startsWith("java.util.concurrent.locks")
                    || Stream.of(
                                    "java.lang.ThreadLocal",
                                    "java.lang.Appendable",
                                    "java.util.BitSet",
                                    "java.util.concurrent.Executor",
                                    "com.fasterxml.jackson.databind.ObjectMapper")
                            .anyMatch(type::isAssignableTo));

    private static boolean isCollection(JavaClass type) {
        return type.isAssignableTo(Collection.class) || type.isAssignableTo(Map.class);
    }

    /** Neither the declared type nor the bytecode tells a copy from a live collection: the value does. */
    private static Object valueOf(JavaField field) {
        try {
            Field reflected = field.reflect();
            reflected.setAccessible(true);
            return reflected.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(field.getFullName(), e);
        }
    }

    private static boolean isImmutable(Object collection) {
        // Not Set.of: some of these share a class, which differs from JDK to JDK.
        Set<Class<?>> immutable = Stream.of(
                        List.of(), List.of(1), Set.of(), Set.of(1), Map.of(), Map.of(1, 1), Map.of(1, 1, 2, 2))
                .map(Object::getClass)
                .collect(Collectors.toSet());
        return immutable.contains(collection.getClass());
    }

    private static ArchCondition<JavaClass> nameNoTimeUnitInTheirApi() {
        return new ArchCondition<>("name no TimeUnit in their API") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getMembers().stream()
                        .filter(ArchitectureTest::isOffered)
                        .filter(member -> signature(member).anyMatch(part -> part.isEquivalentTo(TimeUnit.class)))
                        .forEach(member -> events.add(SimpleConditionEvent.violated(member, member.getDescription())));
            }
        };
    }

    private static boolean isOffered(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> signature(JavaMember member) {
        return member instanceof JavaCodeUnit code
                ? Stream.concat(Stream.of(code.getRawReturnType()), code.getRawParameterTypes().stream())
                : Stream.of(((JavaField) member).getRawType());
    }
}
