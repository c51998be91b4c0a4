package dev.scalableapi.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageTest {
    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "10,1", "11,2", "20,2", "9223372036854775807,922337203685477581"})
    void lastPageMayBePartlyFull(long totalItems, long totalPages) {
        assertThat(Page.of(List.of(), new PageRequest(1, 10), totalItems).total())
                .isEqualTo(new Total.Exact(totalPages, totalItems));
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
        assertThat(page.map(i -> "n" + i)).isEqualTo(new Page<>(List.of("n1", "n2"), 1, new Total.Exact(1, 2)));
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Page<>(List.of(), 0, new Total.Unknown(false)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Total.Exact(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Total.AtLeast(true, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> Page.of(List.of(), new PageRequest(1, 1), -1));
    }

    @Test
    void rowMoreThanThePageHoldsTellsThatThereIsANext() throws Exception {
        PageRequest request = new PageRequest(2, 2);

        assertThat(request.rows()).isEqualTo(3);
        assertThat(json(Page.uncounted(List.of(3, 4, 5), request)))
                .isEqualTo("{'items':[3,4],'currentPage':2,'hasNext':true}");
        assertThat(json(Page.uncounted(List.of(3, 4), request)))
                .isEqualTo("{'items':[3,4],'currentPage':2,'hasNext':false}");
    }

    @Test
    void countThatStopsAtItsCapIsToldAsTheLeast() throws Exception {
        PageRequest request = new PageRequest(1, 2);

        assertThat(json(Page.counted(List.of(1, 2, 3), request, 101, 100)))
                .isEqualTo("{'items':[1,2],'currentPage':1,'hasNext':true,'minimumItems':100}");
        assertThat(json(Page.counted(List.of(1, 2, 3), request, 100, 100)))
                .isEqualTo("{'items':[1,2],'currentPage':1,'totalPages':50,'totalItems':100}");
    }

    private static String json(Page<?> page) throws Exception {
        return Json.strictMapper().build().writeValueAsString(page).replace('"', '\'');
    }

    @Test
    void pageThatShowsTheEndIsNotCounted() {
        LongSupplier never = () -> {
            throw new AssertionError("counted");
        };

        assertThat(Page.counting(List.of(1), new PageRequest(3, 2), never).total())
                .isEqualTo(new Total.Exact(3, 5));
        assertThat(Page.counting(List.of(), new PageRequest(1, 2), never).total())
                .isEqualTo(new Total.Exact(0, 0));
        assertThat(Page.counting(List.of(1, 2), new PageRequest(1, 2), () -> 9).total())
                .isEqualTo(new Total.Exact(5, 9));
        assertThat(Page.counting(List.of(), new PageRequest(4, 2), () -> 6).total())
                .isEqualTo(new Total.Exact(3, 6));
    }

    @Test
    void lastPageHasNoNext() {
        assertThat(Page.of(List.of(), new PageRequest(2, 2), 4).hasNext()).isFalse();
        assertThat(Page.of(List.of(), new PageRequest(2, 2), 5).hasNext()).isTrue();
        assertThat(Page.counted(List.of(1, 2), new PageRequest(2, 2), 9, 8).hasNext())
                .isFalse();
        assertThat(Page.counted(List.of(1, 2, 3), new PageRequest(2, 2), 9, 8).hasNext())
                .isTrue();
    }
}
