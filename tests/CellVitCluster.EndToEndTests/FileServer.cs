using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CellVitCluster.EndToEndTests;

/// <summary>A web server on loopback that gives one file, in the way a test wants for each request.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly List<string> _requests = [];

    private FileServer(WebApplication application) => _application = application;

    /// <summary>Base address, with a slash at its end.</summary>
    public string Address => _application.Urls.First() + "/";

    /// <summary>Path and range of every request so far.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Starts a server at a free port.</summary>
    /// <param name="answer">Answers a request, the first of which has number 1.</param>
    public static async Task<FileServer> StartAsync(Func<int, HttpContext, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        var server = new FileServer(application);
        application.Run(async context =>
        {
            int number;
            lock (server._requests)
            {
                server._requests.Add($"{context.Request.Path} {context.Request.Headers.Range}".TrimEnd());
                number = server._requests.Count;
            }

            await answer(number, context);
        });
        await application.StartAsync();
        return server;
    }

    /// <summary>The whole file, or the range that was asked for.</summary>
    public static Task WithRanges(HttpContext context, byte[] content) =>
        Results.Bytes(content, "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context);

    /// <summary>The whole file, whatever was asked for.</summary>
    public static async Task WithoutRanges(HttpContext context, byte[] content)
    {
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content);
    }

    /// <summary>The first bytes, then the end of the connection.</summary>
    public static async Task CutAsync(HttpContext context, byte[] content, int bytes)
    {
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content.AsMemory(0, bytes));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
