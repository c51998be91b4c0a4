package dev.scalableapi.benchmarks.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerPortFileWriter;
import org.springframework.cache.annotation.EnableCaching;

/** The application: Tomcat, Spring MVC, Spring Security, and Caffeine behind Spring's cache abstraction. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableCaching
public class SpringShop {
    /** The system property {@code PORTFILE} names the file for its port. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(SpringShop.class);
        application.addListeners(new WebServerPortFileWriter());
        application.run(arguments);
    }
}
