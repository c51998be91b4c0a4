package dev.scalableapi.core.fields;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.ser.AnyGetterWriter;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.PropertyFilter;
import com.fasterxml.jackson.databind.ser.PropertyWriter;
import com.fasterxml.jackson.databind.ser.impl.SimpleBeanPropertyFilter;
import com.fasterxml.jackson.databind.util.NameTransformer;

/** The map whose entries are written as members of its bean, each only if it is wanted. */
final class MaskedAnyGetter extends AnyGetterWriter {
    private static final long serialVersionUID = 1L;

    private final AnyGetterWriter entries;

    MaskedAnyGetter(AnyGetterWriter entries, AnnotatedMember accessor) {
        super(entries, entries, accessor, null);
        this.entries = entries;
    }

    @Override
    public void getAndSerialize(Object bean, JsonGenerator generator, SerializerProvider provider) throws Exception {
        Cursor cursor = Cursor.of(provider);
        if (cursor == null) {
            entries.getAndSerialize(bean, generator, provider);
        } else {
            entries.getAndFilter(bean, generator, provider, new MaskFilter(cursor, PropertyWriter::serializeAsField));
        }
    }

    @Override
    public void serializeAsField(Object bean, JsonGenerator generator, SerializerProvider provider) throws Exception {
        getAndSerialize(bean, generator, provider);
    }

    @Override
    public void getAndFilter(Object bean, JsonGenerator generator, SerializerProvider provider, PropertyFilter filter)
            throws Exception {
        Cursor cursor = Cursor.of(provider);
        PropertyFilter both = cursor == null
                ? filter
                : new MaskFilter(cursor, (entry, owner, out, p) -> filter.serializeAsField(owner, out, p, entry));
        entries.getAndFilter(bean, generator, provider, both);
    }

    /** Under a prefix, Jackson makes it a property like any other. */
    @Override
    public BeanPropertyWriter rename(NameTransformer transformer) {
        BeanPropertyWriter renamed = super.rename(transformer);
        return renamed == this ? this : new MaskedProperty(renamed);
    }

    @Override
    public void fixAccess(SerializationConfig config) {
        entries.fixAccess(config);
    }

    @Override
    public void resolve(SerializerProvider provider) throws JsonMappingException {
        entries.resolve(provider);
    }

    @FunctionalInterface
    private interface EntryWriter {
        void write(PropertyWriter entry, Object owner, JsonGenerator generator, SerializerProvider provider)
                throws Exception;
    }

    private static final class MaskFilter extends SimpleBeanPropertyFilter {
        private final Cursor cursor;
        private final EntryWriter writer;

        private MaskFilter(Cursor cursor, EntryWriter writer) {
            this.cursor = cursor;
            this.writer = writer;
        }

        @Override
        public void serializeAsField(
                Object owner, JsonGenerator generator, SerializerProvider provider, PropertyWriter entry)
                throws Exception {
            cursor.write(owner, entry.getName(), () -> writer.write(entry, owner, generator, provider));
        }
    }
}
