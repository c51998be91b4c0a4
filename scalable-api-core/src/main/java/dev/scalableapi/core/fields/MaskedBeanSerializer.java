package dev.scalableapi.core.fields;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Goes straight to the wanted properties of a bean. A serializer that Jackson derives from this one, for a filter or an
 * ignored name, does not; there each {@link MaskedProperty} asks for itself.
 */
final class MaskedBeanSerializer extends BeanSerializer {
    private static final long serialVersionUID = 1L;

    MaskedBeanSerializer(BeanSerializer serializer) {
        super(serializer);
    }

    @Override
    protected void serializeFields(Object bean, JsonGenerator generator, SerializerProvider provider)
            throws IOException {
        Cursor cursor = Cursor.of(provider);
        Place place = cursor == null ? null : cursor.at(bean);
        if (cursor == null || place == null) {
            super.serializeFields(bean, generator, provider);
            return;
        }
        Place before = cursor.moveTo(place);
        try {
            for (Place.Step step : place.steps(this, properties(provider))) {
                cursor.moveTo(step.place());
                write(step.property(), bean, generator, provider);
            }
        } finally {
            cursor.moveTo(before);
        }
    }

    private @Nullable BeanPropertyWriter[] properties(SerializerProvider provider) {
        return _filteredProps != null && provider.getActiveView() != null ? _filteredProps : _props;
    }

    private void write(BeanPropertyWriter property, Object bean, JsonGenerator generator, SerializerProvider provider)
            throws IOException {
        try {
            property.serializeAsField(bean, generator, provider);
        } catch (Exception e) {
            wrapAndThrow(provider, e, bean, property.getName());
        }
    }
}
