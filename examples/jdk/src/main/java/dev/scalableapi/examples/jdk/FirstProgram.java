package dev.scalableapi.examples.jdk;

import dev.scalableapi.core.http.*;
import dev.scalableapi.core.page.*;
import dev.scalableapi.errors.ErrorFilter;
import java.net.InetSocketAddress;
import java.util.List;

public class FirstProgram {
    static final List<String> TEAS = List.of("Assam", "Darjeeling", "Keemun", "Oolong", "Sencha");
    static final Json JSON = Json.create();

    static ApiResponse teas(ApiRequest request) {
        var asked = PageRequest.parse(request.query(), PageLimits.create());
        var items = TEAS.stream().skip(asked.offset()).limit(asked.limit()).toList();
        return JSON.response(200, Page.of(items, asked, TEAS.size()));
    }

    public static void main(String[] args) throws Exception {
        var teas = ApiHandler.direct(FirstProgram::teas);
        var routes = Routes.builder().add("GET", "/teas", Access.open(), teas).build();
        var api = ApiPipeline.of(routes, ErrorFilter.create());
        JdkHttpServerAdapter.start(new InetSocketAddress("localhost", 8081), api);
    }
}
