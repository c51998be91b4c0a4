package dev.scalableapi.core.fields;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.introspect.ObjectIdInfo;
import java.util.HashSet;
import java.util.Set;

/** The properties of a bean without which its JSON could not be read back. */
final class Identity {
    private Identity() {}

    static Set<String> names(SerializationConfig config, BeanDescription bean) {
        Set<String> names = new HashSet<>();
        ObjectIdInfo object = bean.getObjectIdInfo();
        if (object != null && object.getGeneratorType() == ObjectIdGenerators.PropertyGenerator.class) {
            names.add(object.getPropertyName().getSimpleName());
        }
        JsonTypeInfo.Value type =
                config.getAnnotationIntrospector().findPolymorphicTypeInfo(config, bean.getClassInfo());
        if (type != null && type.getInclusionType() == JsonTypeInfo.As.EXISTING_PROPERTY) {
            names.add(type.getPropertyName());
        }
        return names;
    }
}
