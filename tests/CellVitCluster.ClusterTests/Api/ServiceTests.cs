using System.Net;
using System.Text.Json;
using CellVitCluster.ClusterTests.Hosting;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.TestSupport;

namespace CellVitCluster.ClusterTests.Api;

/// <summary>Everything but submissions.</summary>
public sealed class ServiceTests : IDisposable
{
    private const string Batch = "b-0123456789abcdef01234567";
    private readonly TemporaryFolder _folder = new();
    private readonly CoordinatorScript _script = new();

    [Theory]
    [InlineData($"/api/batches/{Batch}", null, Batch, null)]
    [InlineData($"/api/batches/{Batch}/slides/7", null, Batch, 7)]
    [InlineData("/api/runs/0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef", null, null)]
    public async Task Commands_reach_the_coordinator_with_their_target(string path, string? run, string? batch, int? entry)
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);
        var target = new WorkTarget(run, batch, entry);

        (await service.Client.PostAsync($"{path}/cancel", null).ReadAsync()).Number("slides").ShouldBe(1);
        await service.Client.PostAsync($"{path}/retry", null).ReadAsync();
        await service.PostAsync($"{path}/priority", "{\"priority\":\"stat\"}").ReadAsync();

        _script.Commands.ShouldBe([new CancelWork(target), new RetryWork(target), new PrioritizeWork(target, 2)]);
        (await service.PostAsync($"{path}/priority", "{\"priority\":\"soon\"}").ReadProblemAsync(HttpStatusCode.BadRequest)).Why.ShouldContain("routine, urgent, stat");
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_with_a_code()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);

        (await service.Client.GetAsync($"/api/batches/{Batch}").ReadProblemAsync(HttpStatusCode.NotFound)).Code.ShouldBe("RUN-004");
        (await service.Client.GetAsync("/api/runs/none").ReadProblemAsync(HttpStatusCode.NotFound)).Code.ShouldBe("RUN-004");
        (await service.Client.GetAsync("/api/nothing").ReadProblemAsync(HttpStatusCode.NotFound)).Type.ShouldBe("urn:cellvit:error:CFG-001");
        (await service.Client.DeleteAsync("/api/batches").ReadProblemAsync(HttpStatusCode.MethodNotAllowed)).Status.ShouldBe(405);
        foreach (string query in (string[])["/api/batches?take=x", "/api/batches?skip=-1", "/api/runs", $"/api/batches/{Batch}/slides?phase=soon", "/api/incidents?take=101"])
        {
            (await service.Client.GetAsync(query).ReadProblemAsync(HttpStatusCode.BadRequest)).Code.ShouldBe("CFG-001", query);
        }
    }

    [Fact]
    public async Task Pages_of_other_origins_are_refused()
    {
        await using TestService service = await TestService.StartAsync(_folder, _script);
        string authority = service.Client.BaseAddress!.Authority;

        foreach ((string host, string? origin, HttpStatusCode expected) in ((string, string?, HttpStatusCode)[])
        [
            (authority, null, HttpStatusCode.OK),
            (authority, $"http://{authority}", HttpStatusCode.OK),
            ($"localhost:{service.Client.BaseAddress.Port}", null, HttpStatusCode.OK),
            (authority, "http://evil.example", HttpStatusCode.Forbidden),
            (authority, "null", HttpStatusCode.Forbidden),
            ("evil.example", null, HttpStatusCode.Forbidden),
        ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
            request.Headers.Host = host;
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using HttpResponseMessage response = await service.Client.SendAsync(request);
            response.StatusCode.ShouldBe(expected, $"{host} {origin}");
        }
    }

    [Fact]
    public async Task Cluster_shows_its_members_workers_and_incidents()
    {
        await using TestService service = await TestService.StartAsync(_folder, null, null, new LatticeAnalyzer());
        await EventuallyAsync(async () => (await service.Client.GetAsync("/readyz")).StatusCode == HttpStatusCode.OK);

        JsonElement member = (await service.Client.GetAsync("/api/cluster/members").ReadAsync()).GetProperty("members").EnumerateArray().ShouldHaveSingleItem();
        member.Text("status").ShouldBe("up");
        member.GetProperty("reachable").GetBoolean().ShouldBeTrue();
        member.GetProperty("self").GetBoolean().ShouldBeTrue();
        member.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["coordinator", "merger", "worker"]);
        (await service.Client.GetAsync("/healthz").ReadAsync()).Text("status").ShouldBe("live");
        await EventuallyAsync(async () => (await service.Client.GetAsync("/api/cluster/workers").ReadAsync()).GetProperty("workers").GetArrayLength() == 1);
        JsonElement worker = (await service.Client.GetAsync("/api/cluster/workers").ReadAsync()).GetProperty("workers")[0];
        worker.Text("profile").ShouldBe("test/lattice");
        worker.Number("tiles_held").ShouldBe(0);
        await EventuallyAsync(async () => (await service.Client.GetAsync("/api/incidents").ReadAsync()).GetProperty("incidents").EnumerateArray()
            .Any(incident => incident.Text("kind") == "took-office"));
        long last = (await service.Client.GetAsync("/api/incidents?take=1").ReadAsync()).GetProperty("incidents")[0].GetProperty("number").GetInt64();
        (await service.Client.GetAsync($"/api/incidents?after={last + 1000}").ReadAsync()).GetProperty("incidents").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Port_in_use_is_said_with_the_option_to_change()
    {
        await using TestService first = await TestService.StartAsync(_folder, _script);
        using var other = new TemporaryFolder();

        var refusal = await Should.ThrowAsync<Domain.Errors.ConfigurationException>(
            () => TestService.StartAsync(other, new CoordinatorScript(), options => options with { Port = first.Client.BaseAddress!.Port }));

        refusal.Remedy.ShouldContain("--http-port");
    }

    public void Dispose() => _folder.Dispose();

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            await poll.WaitForNextTickAsync(deadline.Token);
        }
    }
}
