using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CellVitCluster.Api;
using CellVitCluster.Api.Operations;
using CellVitCluster.Api.Problems;
using CellVitCluster.Api.Submission;
using CellVitCluster.Api.Work;
using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Cli.Client;

/// <summary>
/// Talks to a service. Waits, within limits, for a server that restarts or whose cluster is moving its coordinator: every request may be
/// repeated, because the server knows a batch by its key and a command that is carried out twice changes nothing the second time.
/// </summary>
/// <param name="options">Where the server is and how long to wait for it.</param>
/// <param name="time">Clock.</param>
internal sealed class ServiceClient(ServiceOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    // Longer than the server itself takes before it says that its cluster does not answer.
    private readonly HttpClient _http = new() { BaseAddress = options.Server, Timeout = TimeSpan.FromSeconds(100) };
    private bool _warned;

    /// <summary>Submits a batch.</summary>
    /// <param name="request">The batch.</param>
    /// <param name="key">The same for every repetition of this submission.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<BatchDocument> SubmitAsync(BatchRequest request, string key, CancellationToken cancellation) => SendAsync(
        () =>
        {
            HttpRequestMessage message = Post("api/batches", request, ApiJson.Default.BatchRequest);
            message.Headers.Add(BatchKey.Header, key);
            return message;
        },
        ApiJson.Default.BatchDocument,
        cancellation);

    /// <summary>The newest batches.</summary>
    public Task<BatchListDocument> ListBatchesAsync(int take, CancellationToken cancellation) =>
        GetAsync(FormattableString.Invariant($"api/batches?take={take}"), ApiJson.Default.BatchListDocument, cancellation);

    /// <summary>One batch.</summary>
    public Task<BatchDocument> GetBatchAsync(string batch, CancellationToken cancellation) =>
        GetAsync($"api/batches/{batch}", ApiJson.Default.BatchDocument, cancellation);

    /// <summary>Slides of a batch in their order.</summary>
    public Task<SlideListDocument> ListSlidesAsync(string batch, int from, int take, CancellationToken cancellation) =>
        GetAsync(FormattableString.Invariant($"api/batches/{batch}/slides?from={from}&take={take}"), ApiJson.Default.SlideListDocument, cancellation);

    /// <summary>One slide of a batch.</summary>
    public Task<SlideDocument> GetSlideAsync(WorkAddress slide, CancellationToken cancellation) =>
        GetAsync(slide.Path, ApiJson.Default.SlideDocument, cancellation);

    /// <summary>One run.</summary>
    public Task<RunDocument> GetRunAsync(string run, CancellationToken cancellation) =>
        GetAsync($"api/runs/{run}", ApiJson.Default.RunDocument, cancellation);

    /// <summary>The nodes of the cluster.</summary>
    public Task<MemberListDocument> ListMembersAsync(CancellationToken cancellation) =>
        GetAsync("api/cluster/members", ApiJson.Default.MemberListDocument, cancellation);

    /// <summary>The workers of the cluster.</summary>
    public Task<WorkerListDocument> ListWorkersAsync(CancellationToken cancellation) =>
        GetAsync("api/cluster/workers", ApiJson.Default.WorkerListDocument, cancellation);

    /// <summary>The newest incidents, of one run or of all.</summary>
    public Task<IncidentListDocument> ListIncidentsAsync(int take, string? run, CancellationToken cancellation) =>
        GetAsync(FormattableString.Invariant($"api/incidents?take={take}&run={run}"), ApiJson.Default.IncidentListDocument, cancellation);

    /// <summary>Cancels work, or has it tried again.</summary>
    /// <param name="target">The work.</param>
    /// <param name="verb"><c>cancel</c> or <c>retry</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<ChangeDocument> ChangeAsync(WorkAddress target, string verb, CancellationToken cancellation) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Post, $"{target.Path}/{verb}"), ApiJson.Default.ChangeDocument, cancellation);

    /// <summary>Changes the priority of work.</summary>
    public Task<ChangeDocument> PrioritizeAsync(WorkAddress target, string priority, CancellationToken cancellation) =>
        SendAsync(() => Post($"{target.Path}/priority", new PriorityRequest(priority), ApiJson.Default.PriorityRequest), ApiJson.Default.ChangeDocument, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type) =>
        new(HttpMethod.Post, path) { Content = JsonContent.Create(body, type) };

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), type, cancellation);

    private async Task<T> SendAsync<T>(Func<HttpRequestMessage> request, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            CellVitException failure;
            try
            {
                using HttpRequestMessage message = request();
                using HttpResponseMessage response = await _http.SendAsync(message, cancellation);
                if (response.IsSuccessStatusCode)
                {
                    return await response.Content.ReadFromJsonAsync(type, cancellation) ?? throw NotOurs("the answer is empty");
                }

                failure = await ProblemAsync(response, cancellation);
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    throw failure;
                }
            }
            catch (HttpRequestException exception)
            {
                failure = Unreachable(exception.InnerException?.Message ?? exception.Message);
            }
            catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
            {
                failure = Unreachable("no answer came in time");
            }
            catch (JsonException exception)
            {
                throw NotOurs(exception.Message);
            }

            if (time.GetElapsedTime(start) + pause > options.Wait)
            {
                throw failure;
            }

            Warn(failure);
            await Task.Delay(pause, time, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<CellVitException> ProblemAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType != ProblemDocument.ContentType)
        {
            return NotOurs(FormattableString.Invariant($"it answered {(int)response.StatusCode} {response.ReasonPhrase}"));
        }

        ProblemDocument problem = await response.Content.ReadFromJsonAsync(ApiJson.Default.ProblemDocument, cancellation) ?? throw NotOurs("the answer is empty");
        string faults = string.Concat((problem.Faults ?? []).Select(fault => $"\n  {fault.Field}: {fault.Code} {fault.Detail}"));
        var code = new ErrorCode(problem.Code);
        return code == ErrorCode.ServiceUnavailable
            ? new ClusterException(code, problem.Title, problem.Why, problem.Remedy)
            : new CellVitException(code, problem.Title, problem.Why, problem.Remedy + faults);
    }

    private void Warn(CellVitException failure)
    {
        if (!_warned)
        {
            _warned = true;
            Console.Error.WriteLine($"waiting for {options.Server}: {failure.Why}");
        }
    }

    private ClusterException Unreachable(string why) => new(
        ErrorCode.ServiceUnreachable,
        $"The service at {options.Server} cannot be reached.",
        $"{char.ToUpperInvariant(why[0])}{why[1..].TrimEnd('.')}.",
        $"Check --server or {ServiceOptions.Variable}, and that a node with the role api runs there ('cellvit node --roles …,api').");

    private CellVitException NotOurs(string why) => new(
        ErrorCode.ServiceUnreachable,
        $"What answers at {options.Server} is no cellvit service of a version that this program understands.",
        $"{char.ToUpperInvariant(why[0])}{why[1..].TrimEnd('.')}.",
        $"Check --server or {ServiceOptions.Variable}.");
}
