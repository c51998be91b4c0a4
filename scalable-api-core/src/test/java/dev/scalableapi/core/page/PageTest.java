package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "10,1", "11,2", "20,2", "9223372036854775807,922337203685477581"})
    void lastPageMayBePartlyFull(long totalItems, long totalPages) {
        assertThat(Page.of(List.of(), new PageRequest(1, 10), totalItems).totalPages())
                .isEqualTo(totalPages);
    }

    @Test
    void membersHaveTheirOrderEvenWhereAMapperSorts() throws Exception {
        JsonMapper sorting = Json.strictMapper()
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .build();
        assertThat(sorting.writeValueAsString(Page.of(List.of("a", "b"), new PageRequest(2, 2), 5)))
                .isEqualTo("{\"items\":[\"a\",\"b\"],\"currentPage\":2,\"totalPages\":3,\"totalItems\":5}");
    }

    @Test
    void itemsAreCopiedAndMapped() {
        List<Integer> items = new ArrayList<>(List.of(1, 2));
        Page<Integer> page = Page.of(items, new PageRequest(1, 2), 2);
        items.clear();
        assertThat(page.map(i -> "n" + i)).isEqualTo(new Page<>(List.of("n1", "n2"), 1, 1, 2));
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Page<>(List.of(), 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Page<>(List.of(), 1, -1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Page.of(List.of(), new PageRequest(1, 1), -1));
    }
}
