package dev.scalableapi.core.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.Deserializers;
import com.fasterxml.jackson.databind.deser.ValueInstantiator;
import com.fasterxml.jackson.databind.deser.std.ReferenceTypeDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.Serializers;
import com.fasterxml.jackson.databind.ser.std.ReferenceTypeSerializer;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.type.ReferenceType;
import com.fasterxml.jackson.databind.type.TypeBindings;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.type.TypeModifier;
import com.fasterxml.jackson.databind.util.NameTransformer;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads optional values as what they hold, or as null. A member that is missing is read as an empty optional. A
 * module that is added after this one, such as Jackson's own for optionals, replaces it.
 */
public final class OptionalModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /** Makes the module. */
    public OptionalModule() {
        super(OptionalModule.class.getName());
        add(new Primitive<>(
                OptionalInt.class, Integer.class, OptionalInt.empty(), OptionalInt::of, OptionalModule::boxed));
        add(new Primitive<>(
                OptionalLong.class, Long.class, OptionalLong.empty(), OptionalLong::of, OptionalModule::boxed));
        add(new Primitive<>(
                OptionalDouble.class, Double.class, OptionalDouble.empty(), OptionalDouble::of, OptionalModule::boxed));
    }

    private <O, V> void add(Primitive<O, V> primitive) {
        addSerializer(primitive.type, new PrimitiveSerializer<>(primitive));
        addDeserializer(primitive.type, new PrimitiveDeserializer<>(primitive));
    }

    private static @Nullable Integer boxed(OptionalInt optional) {
        return optional.isPresent() ? optional.getAsInt() : null;
    }

    private static @Nullable Long boxed(OptionalLong optional) {
        return optional.isPresent() ? optional.getAsLong() : null;
    }

    private static @Nullable Double boxed(OptionalDouble optional) {
        return optional.isPresent() ? optional.getAsDouble() : null;
    }

    @Override
    public void setupModule(SetupContext context) {
        super.setupModule(context);
        context.addTypeModifier(new AsReference());
        context.addSerializers(new ReferenceSerializers());
        context.addDeserializers(new ReferenceDeserializers());
    }

    /** Jackson treats a reference type as what it refers to, in inclusion rules and in descriptions, too. */
    private static final class AsReference extends TypeModifier {
        @Override
        public JavaType modifyType(JavaType type, Type ignored, TypeBindings bindings, TypeFactory factory) {
            if (type.getRawClass() != Optional.class || type.isReferenceType()) {
                return type;
            }
            JavaType content = type.containedTypeCount() == 0 ? TypeFactory.unknownType() : type.containedType(0);
            return ReferenceType.upgradeFrom(type, content);
        }
    }

    private static final class ReferenceSerializers extends Serializers.Base {
        @Override
        public @Nullable JsonSerializer<?> findReferenceSerializer(
                SerializationConfig config,
                ReferenceType type,
                BeanDescription bean,
                @Nullable TypeSerializer contentTypes,
                @Nullable JsonSerializer<Object> contentSerializer) {
            return type.hasRawClass(Optional.class)
                    ? new OptionalSerializer(type, contentTypes, contentSerializer)
                    : null;
        }
    }

    private static final class ReferenceDeserializers extends Deserializers.Base {
        @Override
        public @Nullable JsonDeserializer<?> findReferenceDeserializer(
                ReferenceType type,
                DeserializationConfig config,
                BeanDescription bean,
                @Nullable TypeDeserializer contentTypes,
                @Nullable JsonDeserializer<?> contentDeserializer) {
            return type.hasRawClass(Optional.class)
                    ? new OptionalDeserializer(type, null, contentTypes, contentDeserializer)
                    : null;
        }
    }

    private static final class OptionalSerializer extends ReferenceTypeSerializer<Optional<?>> {
        private static final long serialVersionUID = 1L;

        private OptionalSerializer(
                ReferenceType type,
                @Nullable TypeSerializer contentTypes,
                @Nullable JsonSerializer<Object> contentSerializer) {
            super(type, true, contentTypes, contentSerializer);
        }

        private OptionalSerializer(
                OptionalSerializer original,
                @Nullable BeanProperty property,
                @Nullable TypeSerializer contentTypes,
                @Nullable JsonSerializer<?> contentSerializer,
                @Nullable NameTransformer unwrapper,
                @Nullable Object suppressable,
                boolean suppressNulls) {
            super(original, property, contentTypes, contentSerializer, unwrapper, suppressable, suppressNulls);
        }

        @Override
        protected ReferenceTypeSerializer<Optional<?>> withResolved(
                BeanProperty property,
                TypeSerializer contentTypes,
                JsonSerializer<?> contentSerializer,
                NameTransformer unwrapper) {
            return new OptionalSerializer(
                    this, property, contentTypes, contentSerializer, unwrapper, _suppressableValue, _suppressNulls);
        }

        @Override
        public ReferenceTypeSerializer<Optional<?>> withContentInclusion(Object suppressable, boolean suppressNulls) {
            return new OptionalSerializer(
                    this, _property, _valueTypeSerializer, _valueSerializer, _unwrapper, suppressable, suppressNulls);
        }

        @Override
        protected boolean _isValuePresent(Optional<?> value) {
            return value.isPresent();
        }

        @Override
        protected Object _getReferenced(Optional<?> value) {
            return value.orElseThrow();
        }

        @Override
        protected @Nullable Object _getReferencedIfPresent(Optional<?> value) {
            return value.orElse(null);
        }
    }

    private static final class OptionalDeserializer extends ReferenceTypeDeserializer<Optional<?>> {
        private static final long serialVersionUID = 1L;

        private OptionalDeserializer(
                JavaType type,
                @Nullable ValueInstantiator instantiator,
                @Nullable TypeDeserializer contentTypes,
                @Nullable JsonDeserializer<?> contentDeserializer) {
            super(type, instantiator, contentTypes, contentDeserializer);
        }

        @Override
        protected ReferenceTypeDeserializer<Optional<?>> withResolved(
                TypeDeserializer contentTypes, JsonDeserializer<?> contentDeserializer) {
            return new OptionalDeserializer(_fullType, _valueInstantiator, contentTypes, contentDeserializer);
        }

        @Override
        public Optional<?> getNullValue(DeserializationContext context) {
            return Optional.empty();
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return Optional.empty();
        }

        @Override
        public Optional<?> referenceValue(@Nullable Object contents) {
            return Optional.ofNullable(contents);
        }

        @Override
        public @Nullable Object getReferenced(Optional<?> reference) {
            return reference.orElse(null);
        }

        /** An optional is immutable, so that there is nothing to update. */
        @Override
        public Optional<?> updateReference(Optional<?> reference, Object contents) {
            return referenceValue(contents);
        }
    }

    /** An optional of a primitive, and how to make it and to open it. */
    private record Primitive<O, V>(
            Class<O> type, Class<V> boxed, O empty, Function<V, O> of, Function<O, @Nullable V> value) {}

    private static final class PrimitiveSerializer<O, V> extends StdScalarSerializer<O> {
        private static final long serialVersionUID = 1L;

        private final transient Primitive<O, V> primitive;

        private PrimitiveSerializer(Primitive<O, V> primitive) {
            super(primitive.type);
            this.primitive = primitive;
        }

        @Override
        public boolean isEmpty(SerializerProvider provider, O value) {
            return value.equals(primitive.empty);
        }

        @Override
        public void serialize(O value, JsonGenerator generator, SerializerProvider provider) throws IOException {
            provider.defaultSerializeValue(primitive.value.apply(value), generator);
        }

        @Override
        public void acceptJsonFormatVisitor(JsonFormatVisitorWrapper visitor, JavaType hint)
                throws JsonMappingException {
            visitor.getProvider()
                    .findValueSerializer(primitive.boxed)
                    .acceptJsonFormatVisitor(visitor, visitor.getProvider().constructType(primitive.boxed));
        }
    }

    private static final class PrimitiveDeserializer<O, V> extends StdScalarDeserializer<O> {
        private static final long serialVersionUID = 1L;

        private final transient Primitive<O, V> primitive;

        private PrimitiveDeserializer(Primitive<O, V> primitive) {
            super(primitive.type);
            this.primitive = primitive;
        }

        @Override
        public O deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return primitive.of.apply(context.readValue(parser, primitive.boxed));
        }

        @Override
        public O getNullValue(DeserializationContext context) {
            return primitive.empty;
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return primitive.empty;
        }
    }
}
