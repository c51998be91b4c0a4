package dev.scalableapi.core.fields;

import com.fasterxml.jackson.databind.AnnotationIntrospector;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import java.util.HashSet;
import java.util.Set;

/** The members that a property with {@code @JsonUnwrapped} adds to its owner, by its declared type. */
final class UnwrappedMembers extends JsonObjectFormatVisitor.Base {
    private final BeanPropertyWriter property;
    private final Set<String> names = new HashSet<>();
    private boolean hasOthers;
    private boolean isUnwrapped = true;

    private UnwrappedMembers(BeanPropertyWriter property) {
        this.property = property;
    }

    static UnwrappedMembers of(BeanPropertyWriter property, SerializerProvider provider) throws JsonMappingException {
        UnwrappedMembers members = new UnwrappedMembers(property);
        property.depositSchemaProperty(members, provider);
        members.hasOthers = hasAnyGetter(provider.getConfig(), property.getType());
        return members;
    }

    /** Whether a bean, or one that is unwrapped within it, has members that only its instances know. */
    static boolean hasAnyGetter(SerializationConfig config, JavaType type) {
        BeanDescription bean = config.introspect(type);
        return bean.findAnyGetter() != null
                || bean.findProperties().stream()
                        .anyMatch(property ->
                                isUnwrapped(config, property) && hasAnyGetter(config, property.getPrimaryType()));
    }

    private static boolean isUnwrapped(SerializationConfig config, BeanPropertyDefinition property) {
        AnnotationIntrospector annotations = config.getAnnotationIntrospector();
        AnnotatedMember member = property.getAccessor();
        return member != null && annotations.findUnwrappingNameTransformer(member) != null;
    }

    @Override
    public void property(BeanProperty member) {
        names.add(member.getName());
        isUnwrapped &= member != property;
    }

    @Override
    public void optionalProperty(BeanProperty member) {
        property(member);
    }

    /** What is no bean, such as a text or a map, stays a member by its own name. */
    boolean isUnwrapped() {
        return isUnwrapped;
    }

    boolean isWantedAt(Place place) {
        return hasOthers || names.stream().anyMatch(name -> place.member(name) != null);
    }
}
