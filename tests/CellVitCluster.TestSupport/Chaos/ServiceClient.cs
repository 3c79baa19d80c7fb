using System.Net.Http.Json;
using System.Text.Json;

namespace CellVitCluster.TestSupport.Chaos;

/// <summary>A user of the service who does not give up: asks one address after the other until one answers.</summary>
/// <param name="servers">Addresses of the HTTP surfaces.</param>
public sealed class ServiceClient(IReadOnlyList<Uri> servers) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(15) };
    private int _server;

    /// <summary>Submits slides as one batch; repeating it with the same key changes nothing.</summary>
    /// <returns>Id of the batch.</returns>
    public async Task<string> SubmitAsync(
        string key, string output, IEnumerable<string> slides, CancellationToken cancellation, string model = "paced", double? mpp = null)
    {
        var body = new { label = key, output, model, slides = slides.Select(path => new { path, mpp }).ToArray() };
        JsonElement batch = await AskAsync(
            server =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/api/batches")) { Content = JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                return request;
            },
            cancellation);
        return batch.GetProperty("id").GetString()!;
    }

    /// <summary>All slides of a batch as the service tells them.</summary>
    public async Task<IReadOnlyList<JsonElement>> GetSlidesAsync(string batch, CancellationToken cancellation)
    {
        var slides = new List<JsonElement>();
        int? next = 0;
        while (next is int from)
        {
            JsonElement page = await AskAsync(
                server => new HttpRequestMessage(HttpMethod.Get, new Uri(server, FormattableString.Invariant($"/api/batches/{batch}/slides?from={from}"))), cancellation);
            slides.AddRange(page.GetProperty("slides").EnumerateArray());
            next = page.TryGetProperty("next", out JsonElement more) && more.ValueKind == JsonValueKind.Number ? more.GetInt32() : null;
        }

        return slides;
    }

    /// <summary>Waits until so many workers are there.</summary>
    public async Task WaitForWorkersAsync(int count, CancellationToken cancellation)
    {
        while ((await AskAsync(server => new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/api/cluster/workers")), cancellation)).GetProperty("workers").GetArrayLength() < count)
        {
            await Task.Delay(250, cancellation);
        }
    }

    /// <summary>The members that are up and reachable, as the address of each, oldest first: the oldest coordinator has the singletons.</summary>
    /// <param name="role">Only members with this role; null for all.</param>
    /// <param name="cancellation">Stops asking.</param>
    public async Task<IReadOnlyList<Uri>> GetMembersAsync(string? role, CancellationToken cancellation)
    {
        JsonElement reply = await AskAsync(server => new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/api/cluster/members")), cancellation);
        return
        [
            .. reply.GetProperty("members").EnumerateArray()
                .Where(member => member.GetProperty("status").GetString() == "up" && member.GetProperty("reachable").GetBoolean()
                    && (role is null || member.GetProperty("roles").EnumerateArray().Any(r => r.GetString() == role)))
                .Select(member => new Uri(member.GetProperty("address").GetString()!)),
        ];
    }

    /// <summary>Waits until every slide of a batch has ended.</summary>
    public async Task FinishAsync(string batch, CancellationToken cancellation)
    {
        while (!await IsOverAsync(batch, cancellation))
        {
            await Task.Delay(500, cancellation);
        }
    }

    /// <summary>Whether every slide of a batch has ended, well or not.</summary>
    public async Task<bool> IsOverAsync(string batch, CancellationToken cancellation) =>
        (await GetSlidesAsync(batch, cancellation)).All(slide => slide.GetProperty("phase").GetString() is "published" or "quarantined" or "cancelled");

    /// <summary>Asks until an answer comes.</summary>
    /// <exception cref="InvalidOperationException">The service refuses the request for good.</exception>
    public async Task<JsonElement> AskAsync(Func<Uri, HttpRequestMessage> makeRequest, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(makeRequest);
        while (true)
        {
            try
            {
                using HttpRequestMessage request = makeRequest(servers[_server]);
                using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
                string text = await response.Content.ReadAsStringAsync(cancellation);
                if (response.IsSuccessStatusCode)
                {
                    return JsonSerializer.Deserialize<JsonElement>(text);
                }

                if ((int)response.StatusCode is >= 400 and < 500 and not 429)
                {
                    throw new InvalidOperationException($"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {text}");
                }
            }
            catch (HttpRequestException)
            {
                // The next one may live.
            }
            catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Frozen or cut off: the next one may live.
            }

            _server = (_server + 1) % servers.Count;
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
