package dev.scalableapi.core.fields;

import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.ser.AnyGetterWriter;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializer;
import com.fasterxml.jackson.databind.ser.BeanSerializerBuilder;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.std.MapSerializer;
import com.fasterxml.jackson.databind.type.MapType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Makes a mapper of Jackson 2 obey field masks: the getter of a field that is not wanted is not called. Without a mask
 * it changes nothing. Thread-safe.
 *
 * <p>A mask applies wherever an object of its class is met: at the top, in a list, or in the items of a page, whose own
 * members are all written. Beans, records, lists, maps and JSON trees are reduced; filters, views and inclusion rules
 * of the mapper apply as well. The id of a polymorphic type ({@code @JsonTypeInfo}), and that of an object which others
 * refer to ({@code @JsonIdentityInfo}), are always written. An object that is written as an array is written whole. A
 * serializer of yours has to hand items to its {@code SerializerProvider}: its {@code JsonGenerator} knows no mask.
 */
public final class FieldMaskModule extends Module {
    private static final String NAME = FieldMaskModule.class.getName();

    private FieldMaskModule() {}

    /** {@return the module, for {@link JsonMapper.Builder#addModule}} */
    public static FieldMaskModule create() {
        return new FieldMaskModule();
    }

    /**
     * {@return a writer that leaves out what the mask does}
     *
     * @param mapper has this module
     * @param mask the client's wish
     * @throws IllegalArgumentException if the mapper lacks this module: it would write everything
     */
    public static ObjectWriter writer(ObjectMapper mapper, FieldMask mask) {
        if (!mapper.getRegisteredModuleIds().contains(NAME)) {
            throw new IllegalArgumentException("The mapper must have the FieldMaskModule");
        }
        return mask.isAll() ? mapper.writer() : mapper.writer().withAttribute(Cursor.KEY, mask);
    }

    @Override
    public String getModuleName() {
        return NAME;
    }

    @Override
    public Object getTypeId() {
        return NAME;
    }

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public void setupModule(SetupContext context) {
        context.addBeanSerializerModifier(new Modifier());
    }

    private static final class Modifier extends BeanSerializerModifier {
        private static final long serialVersionUID = 1L;

        /** The order stays; but whatever the mapper's other modules change has been changed by now. */
        @Override
        public List<BeanPropertyWriter> orderProperties(
                SerializationConfig config, BeanDescription bean, List<BeanPropertyWriter> properties) {
            Set<String> ids = Identity.names(config, bean);
            List<BeanPropertyWriter> masked = new ArrayList<>(properties);
            masked.replaceAll(property -> ids.contains(property.getName()) ? property : new MaskedProperty(property));
            return masked;
        }

        @Override
        public BeanSerializerBuilder updateBuilder(
                SerializationConfig config, BeanDescription bean, BeanSerializerBuilder builder) {
            List<BeanPropertyWriter> properties = new ArrayList<>(builder.getProperties());
            properties.replaceAll(property -> masked(property, bean));
            builder.setProperties(properties);
            BeanPropertyWriter[] inViews = builder.getFilteredProperties();
            if (inViews != null) {
                BeanPropertyWriter[] masked = inViews.clone();
                Arrays.setAll(masked, i -> masked(masked[i], bean));
                builder.setFilteredProperties(masked);
            }
            return builder;
        }

        /** Jackson puts the any-getter among the properties, after it has asked for changes to them. */
        private static BeanPropertyWriter masked(BeanPropertyWriter property, BeanDescription bean) {
            return property instanceof AnyGetterWriter anyGetter
                    ? new MaskedAnyGetter(anyGetter, bean.findAnyGetter())
                    : property;
        }

        @Override
        public JsonSerializer<?> modifySerializer(
                SerializationConfig config, BeanDescription bean, JsonSerializer<?> serializer) {
            if (JsonNode.class.isAssignableFrom(bean.getBeanClass())) {
                return new MaskedTreeSerializer(serializer);
            }
            return serializer.getClass() == BeanSerializer.class
                    ? new MaskedBeanSerializer((BeanSerializer) serializer)
                    : serializer;
        }

        @Override
        public JsonSerializer<?> modifyMapSerializer(
                SerializationConfig config, MapType type, BeanDescription bean, JsonSerializer<?> serializer) {
            return serializer instanceof MapSerializer map ? new MaskedMapSerializer(map) : serializer;
        }
    }
}
