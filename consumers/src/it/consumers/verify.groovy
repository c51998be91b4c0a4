// What came with each artefact is what its expected.txt names, no more and no less. A line without a version stands for
// any version. The published POMs need no parent, name no test dependency, and tell what Maven Central wants to know.

def fail(String message) {
    throw new AssertionError((Object) message)
}

def resolved(File list) {
    list.readLines().collect { it.replaceAll(/\u001B\[[0-9;]*m/, '').trim() }.findAll { it ==~ /\S+:\S+:\S+.*/ }.collect {
        def parts = it.split(/[\s]/)[0].split(':')
        [name: parts[0] + ':' + parts[1] + (parts.size() > 5 ? ':' + parts[3] : ''), version: parts[-2]]
    }
}

def modules = new groovy.xml.XmlSlurper().parse(new File(basedir, 'pom.xml')).modules.module*.text()
modules.each { module ->
    def expected = new File(basedir, "$module/expected.txt").readLines().findAll().sort()
    def came = resolved(new File(basedir, "$module/target/dependencies.txt"))
    def actual = came.collect { dependency ->
        def exact = dependency.name + ':' + dependency.version
        exact in expected ? exact : dependency.name
    }.sort()
    if (actual != expected) {
        fail("$module: not expected: ${actual - expected}; missing: ${expected - actual}")
    }
}

def version = new groovy.xml.XmlSlurper().parse(new File(basedir, 'pom.xml')).dependencyManagement.dependencies.dependency[0].version.text()
def published = new File(localRepositoryPath, 'dev/scalableapi')
def artefacts = ['core', 'errors', 'auth', 'cache', 'redis', 'messaging', 'bom']
artefacts.each { name ->
    def pom = new groovy.xml.XmlSlurper().parse(new File(published, "scalable-api-$name/$version/scalable-api-$name-${version}.pom"))
    ['name', 'description', 'url', 'licenses', 'developers', 'scm'].each {
        if (pom[it].text().isBlank()) {
            fail("scalable-api-$name: its POM has no $it")
        }
    }
    ['parent', 'build', 'profiles', 'repositories', 'properties'].each {
        if (!pom[it].isEmpty()) {
            fail("scalable-api-$name: its POM has $it")
        }
    }
    if (pom.dependencies.dependency.any { it.scope.text() == 'test' || it.version.text().contains('$') }) {
        fail("scalable-api-$name: its POM has a dependency of scope test or without a version")
    }
    def managed = pom.dependencyManagement.dependencies.dependency
    if (name == 'bom' ? managed.any { it.groupId.text() != 'dev.scalableapi' } : !managed.isEmpty()) {
        fail("scalable-api-$name: its POM manages versions of others")
    }
}

true
