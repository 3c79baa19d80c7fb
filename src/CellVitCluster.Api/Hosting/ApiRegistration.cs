using Microsoft.Extensions.DependencyInjection;

namespace CellVitCluster.Api.Hosting;

/// <summary>Adds the HTTP server to the host of a node.</summary>
public static class ApiRegistration
{
    /// <summary>
    /// Adds the server. Call it after the actor system was added, so that it starts after that and stops before it. The container must
    /// provide an <see cref="Submission.IRunTemplates"/>.
    /// </summary>
    public static IServiceCollection AddApi(this IServiceCollection services, ApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return services
            .AddSingleton(provider => new ApiServer(options, provider))
            .AddHostedService(provider => provider.GetRequiredService<ApiServer>());
    }
}
