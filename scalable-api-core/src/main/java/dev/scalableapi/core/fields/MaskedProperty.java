package dev.scalableapi.core.fields;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.util.NameTransformer;

/**
 * A property that is written only if it is wanted. It keeps the writer that it stands for, whatever that one's class,
 * and passes on what Jackson resolves later.
 */
final class MaskedProperty extends BeanPropertyWriter {
    private static final long serialVersionUID = 1L;

    private final BeanPropertyWriter property;

    MaskedProperty(BeanPropertyWriter property) {
        super(property);
        this.property = property;
    }

    BeanPropertyWriter unmasked() {
        return property;
    }

    @Override
    public void serializeAsField(Object bean, JsonGenerator generator, SerializerProvider provider) throws Exception {
        Cursor cursor = Cursor.of(provider);
        if (cursor == null) {
            property.serializeAsField(bean, generator, provider);
        } else if (isUnwrapping() && cursor.unwrapped(property, provider).isUnwrapped()) {
            writeUnwrapped(cursor, bean, generator, provider);
        } else {
            writeIfWanted(cursor, bean, generator, provider);
        }
    }

    /** Its members stand among its owner's. */
    private void writeUnwrapped(Cursor cursor, Object bean, JsonGenerator generator, SerializerProvider provider)
            throws Exception {
        Place here = cursor.at(bean);
        if (here == null || cursor.unwrapped(property, provider).isWantedAt(here)) {
            cursor.writeAt(here, () -> property.serializeAsField(bean, generator, provider));
        }
    }

    private void writeIfWanted(Cursor cursor, Object bean, JsonGenerator generator, SerializerProvider provider)
            throws Exception {
        Cursor.Outcome outcome =
                cursor.write(bean, getName(), () -> property.serializeAsField(bean, generator, provider));
        if (outcome == Cursor.Outcome.LEFT_OUT) {
            property.serializeAsOmittedField(bean, generator, provider);
        }
    }

    /** An element has its place in an array and no name: it is always written. */
    @Override
    public void serializeAsElement(Object bean, JsonGenerator generator, SerializerProvider provider) throws Exception {
        property.serializeAsElement(bean, generator, provider);
    }

    @Override
    public BeanPropertyWriter rename(NameTransformer transformer) {
        return new MaskedProperty(property.rename(transformer));
    }

    @Override
    public BeanPropertyWriter unwrappingWriter(NameTransformer transformer) {
        return new MaskedProperty(property.unwrappingWriter(transformer));
    }

    @Override
    public boolean isUnwrapping() {
        return property.isUnwrapping();
    }

    @Override
    public void assignTypeSerializer(TypeSerializer serializer) {
        super.assignTypeSerializer(serializer);
        property.assignTypeSerializer(serializer);
    }

    @Override
    public void assignSerializer(JsonSerializer<Object> serializer) {
        property.assignSerializer(serializer);
    }

    @Override
    public void assignNullSerializer(JsonSerializer<Object> serializer) {
        property.assignNullSerializer(serializer);
    }

    @Override
    public void setNonTrivialBaseType(JavaType type) {
        property.setNonTrivialBaseType(type);
    }

    @Override
    public void depositSchemaProperty(JsonObjectFormatVisitor visitor, SerializerProvider provider)
            throws JsonMappingException {
        property.depositSchemaProperty(visitor, provider);
    }
}
