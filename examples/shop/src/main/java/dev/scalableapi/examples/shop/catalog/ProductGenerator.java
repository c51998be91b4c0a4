package dev.scalableapi.examples.shop.catalog;

import dev.scalableapi.examples.shop.catalog.Vocabulary.Choices;
import dev.scalableapi.examples.shop.catalog.Vocabulary.Section;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes up products. The same seed and the same id give the same product on every machine, whatever products are made
 * besides. Immutable and thread-safe.
 */
public final class ProductGenerator {
    /** To be changed with the words or the rules: then the products are made anew at the next start. */
    static final String EDITION = "1";

    private static final String CURRENCY = "EUR";
    private static final List<Integer> CENTS = List.of(0, 50, 90, 95, 99);
    private static final int MAX_IMAGES = 3;
    private static final int PICTURES = 4;
    private static final Instant OPENING = Instant.parse("2025-01-01T00:00:00Z");
    private static final long OPEN_SECONDS = Duration.ofDays(365).toSeconds();

    private final long seed;
    private final Vocabulary vocabulary;

    private ProductGenerator(long seed, Vocabulary vocabulary) {
        this.seed = seed;
        this.vocabulary = vocabulary;
    }

    /**
     * {@return a generator}
     *
     * @param seed any number
     */
    public static ProductGenerator seeded(long seed) {
        return new ProductGenerator(seed, Vocabulary.load());
    }

    /** {@return the categories of its products, still without any} */
    public List<Category> categories() {
        return vocabulary.categories().stream()
                .map(section -> new Category(section.name(), section.title(), 0))
                .toList();
    }

    /**
     * {@return the products with the ids from 1}
     *
     * @param count how many
     */
    public Stream<Product> products(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(this::product);
    }

    /**
     * {@return the product with this id}
     *
     * @param id from 1
     */
    public Product product(int id) {
        Random random = new Random(mixed(seed + id));
        Section section = vocabulary
                .categories()
                .get(random.nextInt(vocabulary.categories().size()));
        Choices choices = new Choices(vocabulary, section, random);
        String name = choices.fill(choices.oneOf(section.names()));
        String description = String.join(
                " ",
                section.sentences().stream()
                        .map(options -> choices.fill(choices.oneOf(options)))
                        .toList());
        return new Product(
                id,
                name,
                description,
                section.name(),
                price(section, random),
                images(section, name, random),
                1,
                OPENING.plusSeconds((long) (random.nextDouble() * OPEN_SECONDS)));
    }

    /** Seeds that follow each other would give first numbers that follow each other. */
    private static long mixed(long number) {
        long mixed = (number ^ (number >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    /** There are more cheap things than dear ones. */
    private static Price price(Section section, Random random) {
        double where = random.nextDouble() * random.nextDouble();
        long whole = section.cheapest() + (long) (where * (section.dearest() - section.cheapest()));
        return new Price(BigDecimal.valueOf(whole * 100 + CENTS.get(random.nextInt(CENTS.size())), 2), CURRENCY);
    }

    private static List<Image> images(Section section, String name, Random random) {
        int number = 1 + random.nextInt(MAX_IMAGES);
        int first = random.nextInt(PICTURES);
        List<Image> images = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            String url = "/images/" + section.name() + "-" + (1 + (first + i) % PICTURES) + ".svg";
            images.add(new Image(url, i == 0 ? name : name + ", view " + (i + 1)));
        }
        return images;
    }
}
