using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Akka.Hosting;
using CellVitCluster.Api;
using CellVitCluster.Api.Hosting;
using CellVitCluster.Api.Problems;
using CellVitCluster.Api.Submission;
using CellVitCluster.Cluster.Admission;
using CellVitCluster.Cluster.Hosting;
using CellVitCluster.Domain.Ports;
using CellVitCluster.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CellVitCluster.ClusterTests.Api;

/// <summary>
/// The HTTP server on a real one-node cluster, with slides in <c>slides/</c> and stores in <c>stores/</c> of a folder. With a script, a
/// stand-in answers for the coordinator.
/// </summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly IHost _host;

    private TestService(IHost host)
    {
        _host = host;
        Client = new HttpClient { BaseAddress = host.Services.GetRequiredService<ApiServer>().Address };
    }

    /// <summary>A client of the server.</summary>
    public HttpClient Client { get; }

    public static async Task<TestService> StartAsync(
        TemporaryFolder folder, CoordinatorScript? script, Func<ApiOptions, ApiOptions>? configure = null, params ITileAnalyzer[] analyzers)
    {
        Directory.CreateDirectory(folder.File("slides"));
        Directory.CreateDirectory(folder.File("stores"));
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach (ITileAnalyzer analyzer in analyzers)
        {
            builder.Services.AddSingleton(analyzer);
        }

        builder.Services.AddClusterNode(
            new ClusterNodeOptions { Journal = JournalLocation.Sqlite(folder.File("journal.db")), Timings = new ClusterTimings { Drain = TimeSpan.Zero } },
            (akka, _) =>
            {
                if (script is not null)
                {
                    akka.WithActors((system, registry, _) =>
                        registry.Register<CoordinatorActor>(system.ActorOf(Props.Create(() => new CoordinatorScript.Actor(script))), overwrite: true));
                }
            });
        var options = new ApiOptions
        {
            Port = 0,
            SlideRoots = [folder.File("slides")],
            OutputRoot = folder.File("stores"),
        };
        builder.Services.AddSingleton<IRunTemplates, TestTemplates>();
        builder.Services.AddApi(configure?.Invoke(options) ?? options);
        IHost host = builder.Build();
        await host.StartAsync();
        return new TestService(host);
    }

    /// <summary>Submits a batch.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(BatchRequest request, string? key = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/batches") { Content = JsonContent.Create(request, ApiJson.Default.BatchRequest) };
        if (key is not null)
        {
            message.Headers.Add(BatchKey.Header, key);
        }

        return await Client.SendAsync(message);
    }

    /// <summary>Posts a body that need not be JSON of any known form.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string body) => Client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>Reads answers of the server.</summary>
internal static class Answers
{
    /// <summary>The body as JSON, after the status was checked.</summary>
    public static async Task<JsonElement> ReadAsync(this Task<HttpResponseMessage> answer, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using HttpResponseMessage response = await answer;
        string text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The problem that the body describes, after status and media type were checked.</summary>
    public static async Task<ProblemDocument> ReadProblemAsync(this Task<HttpResponseMessage> answer, HttpStatusCode expected)
    {
        using HttpResponseMessage response = await answer;
        string text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(expected, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(ProblemDocument.ContentType);
        return JsonSerializer.Deserialize(text, ApiJson.Default.ProblemDocument)!;
    }

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static int Number(this JsonElement element, string property) => element.GetProperty(property).GetInt32();
}
