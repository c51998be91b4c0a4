package dev.scalableapi.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.scalableapi.core.http.Violation;
import dev.scalableapi.errors.ApiProblem;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.zalando.problem.Problem;
import org.zalando.problem.Status;
import org.zalando.problem.jackson.ProblemModule;

/** What does it cost to build a problem and to write it as JSON in UTF-8, beside a record that Jackson writes, and the peers? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ProblemBenchmark {
    private static final URI TYPE = URI.create("/docs/errors#INVALID_PARAMETER");
    private static final String TITLE = "Invalid parameter";
    private static final String DETAIL = "The parameter page must be an integer from 1 to 2147483647.";
    private static final String CODE = "INVALID_PARAMETER";
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final JsonMapper jackson = JsonMapper.builder().build();
    private final JsonMapper spring = JsonMapper.builder()
            .addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
            .build();
    private final JsonMapper zalando =
            JsonMapper.builder().addModule(new ProblemModule()).build();

    record Plain(
            String type, String title, int status, String detail, String code, String traceId, List<Fault> errors) {}

    record Fault(String location, String parameter, String message) {}

    @Benchmark
    public byte[] jacksonRecord() throws JsonProcessingException {
        return jackson.writeValueAsBytes(new Plain(
                TYPE.toString(), TITLE, 400, DETAIL, CODE, TRACE_ID, List.of(new Fault("query", "page", DETAIL))));
    }

    @Benchmark
    public byte[] apiProblem() {
        return ApiProblem.builder(400)
                .type(TYPE)
                .title(TITLE)
                .detail(DETAIL)
                .extension("code", CODE)
                .extension("traceId", TRACE_ID)
                .extension("errors", List.of(Violation.query("page", DETAIL)))
                .build()
                .toJsonBytes();
    }

    @Benchmark
    public byte[] springProblemDetail() throws JsonProcessingException {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, DETAIL);
        problem.setType(TYPE);
        problem.setTitle(TITLE);
        problem.setProperty("code", CODE);
        problem.setProperty("traceId", TRACE_ID);
        problem.setProperty("errors", List.of(new Fault("query", "page", DETAIL)));
        return spring.writeValueAsBytes(problem);
    }

    @Benchmark
    public byte[] zalandoProblem() throws JsonProcessingException {
        return zalando.writeValueAsBytes(Problem.builder()
                .withType(TYPE)
                .withTitle(TITLE)
                .withStatus(Status.BAD_REQUEST)
                .withDetail(DETAIL)
                .with("code", CODE)
                .with("traceId", TRACE_ID)
                .with("errors", List.of(new Fault("query", "page", DETAIL)))
                .build());
    }
}
