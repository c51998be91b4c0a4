package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.Key;
import java.security.Provider;
import java.security.Security;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.MacSpi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CursorKeyRingTest {
    @Test
    void secretMayBeWipedOnceTheRingHasIt() {
        CursorScope scope = new CursorScope("/teas", "", "", Optional.empty(), Optional.empty());
        Position position = new Position(Position.Relation.AFTER, List.of(7L));
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) 'k');
        Cursors cursors = CursorCodec.of(CursorKeyRing.of(secret.clone())).in(scope);
        Cursors others = CursorCodec.of(CursorKeyRing.of(secret)).in(scope);
        Arrays.fill(secret, (byte) 0);

        assertThat(cursors.decode(others.encode(position))).isEqualTo(position);
    }

    @Test
    void jvmWhoseMacCannotBeCopiedIsToldWithTheFirstKey() {
        Provider provider = new RigidProvider();
        Security.insertProviderAt(provider, 1);
        try {
            assertThatIllegalStateException()
                    .isThrownBy(CursorKeyRing::generate)
                    .withMessageContaining("copied");
        } finally {
            Security.removeProvider(provider.getName());
        }
    }

    private static final class RigidProvider extends Provider {
        private static final long serialVersionUID = 1L;

        RigidProvider() {
            super("Rigid", "1", "A MAC that can't be copied");
            putService(new Service(this, "Mac", "HmacSHA256", RigidMac.class.getName(), List.of(), Map.of()) {
                @Override
                public Object newInstance(@Nullable Object parameter) {
                    return new RigidMac();
                }
            });
        }
    }

    private static final class RigidMac extends MacSpi {
        @Override
        protected int engineGetMacLength() {
            return 32;
        }

        @Override
        protected void engineInit(Key key, @Nullable AlgorithmParameterSpec parameters) {}

        @Override
        protected void engineUpdate(byte input) {}

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {}

        @Override
        protected byte[] engineDoFinal() {
            return new byte[32];
        }

        @Override
        protected void engineReset() {}
    }
}
